"""The main job, start to end and over HTTP only: from signing up to a settled sale.

Nothing here imports the platform's code: every figure is worked out a second time, from the
catalogue file and from what was bought, and compared with what the platform says.
"""
