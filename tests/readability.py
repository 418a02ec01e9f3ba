"""How hard a text is to read: the Flesch–Kincaid grade, and how words, syllables and sentences are counted for it."""

from __future__ import annotations

import re

# words that end in a vowel group which is spoken as two, or in one that is silent, where the rules below are wrong
_SYLLABLES = {"area": 3, "being": 2, "every": 2, "idea": 3, "ratio": 3, "reliable": 4, "something": 2, "sometimes": 2, "somebody": 3, "therefore": 2, "revenue": 3}


def syllables(word: str) -> int:
    """Syllables of an English word: groups of vowels, less a silent e or ed at the end; a figure counts as one a digit group.

    >>> [syllables(w) for w in ("cost", "agreed", "changes", "projection", "table", "serviced", "revenue", "quiet")]
    [1, 2, 2, 3, 2, 2, 3, 2]
    """
    low = re.sub(r"[^a-z]", "", word.lower())
    if not low:
        return 1
    if low in _SYLLABLES:
        return _SYLLABLES[low]
    count = len(re.findall(r"[aeiouy]+", low))
    count += len(re.findall(r"i[aou](?!u)|uie|ue(?=[nl])", re.sub(r"[ts]ion|[tc]ial|[tc]iou", "", low)))  # spoken apart: quiet, media, association
    spoken = {"e": r"[^aeiouy]le$", "es": r"(sh|ch|[sxzcg]|[^aeiouy]l)es$", "ed": r"[td]ed$"}  # table; changes; added
    end = re.search(r"[^aeiouy](e|es|ed)$", low)
    if end and not re.search(spoken[end[1]], low):
        count -= 1
    return max(count, 1)


def sentences(text: str) -> list[str]:
    """Sentences end at a full stop, question or exclamation mark before a space; never inside of a figure, never at a comma or colon."""
    return [s for s in re.split(r"(?<=[.!?])[”’)]?\s+(?=[A-Z“0-9−$])", text.strip()) if re.search(r"\w", s)]


def words(sentence: str) -> list[str]:
    """Words and figures; a figure with its sign, thousands and scale is one word."""
    return re.findall(r"[−$€£]*\d(?:[\d,.]*\d)?(?:\s?(?:%|(?:bn|m|trn)\b))?|[A-Za-zÀ-ÿ][\w’'–-]*", sentence)


def grade(text: str) -> float:
    """Flesch–Kincaid grade: 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid et al. 1975, Derivation of new readability formulas)."""
    said = sentences(text)
    counted = [w for s in said for w in words(s)]
    return 0.39 * len(counted) / len(said) + 11.8 * sum(map(syllables, counted)) / len(counted) - 15.59
