"""Figures: how right, how well ranked, how well calibrated, how sure the figure itself."""
