"""The library tab: add, list, filter, edit and remove articles."""
