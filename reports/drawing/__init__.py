"""What figures share: the canvas, marks, labels, axes, and how a figure becomes a file."""
