"""What forged.py sends: each module adds its families to FAMILIES, and in the order of their import they are sent. Nothing here is called by itself."""
from forgeries.case import FAMILIES  # noqa: F401
from forgeries import header, claims, signatures, writing  # noqa: F401
