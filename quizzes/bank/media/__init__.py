"""Pictures and sounds of a bank: checked, made anew, stored, and named by questions."""
