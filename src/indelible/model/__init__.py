"""The nouns, frozen and without IO."""
