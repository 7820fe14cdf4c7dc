"""The index beside its peers."""
