"""What our work costs, measured over HTTP on a stage: W1-W4, the floor, memory, starts, shops."""
