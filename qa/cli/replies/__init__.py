"""How replies are asked for, and how they are printed."""
