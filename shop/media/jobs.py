"""What the worker does for pictures."""

from jobs.messages import handles
from shop.media import actions, queries
from shop.media.messages import FetchImage
from shop.media.states import ImageState


@handles(FetchImage, queue="bulk")
def fetch_image(message: FetchImage) -> None:
    """Bring a picture. Again, or after it was brought, is harmless."""
    image = queries.find_image(message.image_id)
    if image is None or image.state != ImageState.PENDING:
        return
    actions.bring(image=image)
