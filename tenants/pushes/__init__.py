"""What WeChat pushes: to the platform, and to each shop's mini-programs and official accounts."""
