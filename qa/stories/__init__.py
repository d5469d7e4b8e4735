"""One story, one voice: which articles are copies of one another, as papers that print the same wire story.

Strings in, verdicts out. A store keeps the bucket keys of its articles (:func:`bucket_keys`) to find the few that
may be copies of a new one, and compares the texts of these with it (:func:`stories_told`, :func:`is_copy`).
"""

from qa.stories.candidates import IN_BUCKET, stories_told
from qa.stories.minhash import bucket_keys
from qa.stories.shingling import Wording
from qa.stories.text_comparison import is_copy

__all__ = ["IN_BUCKET", "Wording", "bucket_keys", "is_copy", "stories_told"]
