"""The words of mail: pure functions over bytes and values."""
