"""Read slides as a person does: shapes in groups too."""

from pptx.enum.shapes import MSO_SHAPE_TYPE


def every_shape(shapes):
    """Yield shapes, those of groups in their place."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from every_shape(shape.shapes)
        else:
            yield shape


def words(slide):
    """Return the texts of a slide in the order of reading."""
    return [s.text_frame.text for s in every_shape(slide.shapes) if s.has_text_frame and s.text_frame.text]
