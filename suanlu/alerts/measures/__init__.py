"""What is measured against the rules' thresholds: figures of all links at once, in arrays."""
