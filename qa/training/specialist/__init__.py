"""From questions for several things or for yes or no, and from claims, to the weights of the specialist."""
