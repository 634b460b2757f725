"""What can be wrong with a backup, in one sentence for the operator."""


class BackupError(Exception):
    """The backup cannot be made, read or put back; the message says why and what to do."""
