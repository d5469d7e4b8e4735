"""The span model: trained from a base model, with or without a teacher."""
