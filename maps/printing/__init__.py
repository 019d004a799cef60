"""A document as Word and as tagged PDF."""

from connected_place.maps.printing.tagged_pdf import pdf_bytes
from connected_place.maps.printing.word import word_bytes

__all__ = [
    "pdf_bytes",
    "word_bytes",
]
