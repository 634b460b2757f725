"""Documents of others, read and proposed as study texts. Everything but services.py is pure."""
