"""The site: its settings, addresses, health pages and logs, nothing else."""

VERSION = "0.1.0"
