"""The library tab: adding, listing, filtering, renaming and removing articles."""
