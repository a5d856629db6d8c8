from .jobs import scan
