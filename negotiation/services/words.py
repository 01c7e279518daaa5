"""The one gate for sentences that people write in a negotiation, on either side: messages, the words of offers, notes."""

from negotiation.domain.words import plain_words
from negotiation.services.refusals import MessageTooLong

MOST_CHARACTERS = 1000


def kept_words(text: str) -> str:
    """The text as it will be kept and shown; see ``domain.words``. May be empty.

    :raises MessageTooLong: if it has more than 1,000 characters.
    """
    words = plain_words(text)
    if len(words) > MOST_CHARACTERS:
        raise MessageTooLong(len(words))
    return words
