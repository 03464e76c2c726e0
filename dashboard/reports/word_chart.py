"""A trend as a chart of Word's own: sharp at any size, in the reader's fonts, without a picture."""

from collections.abc import Iterator, Sequence
from html import escape

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from dashboard.figures.palette import PALETTES
from dashboard.reports.curve import MOST_TICKS
from dashboard.reports.document import Curve, Line

HEIGHT_MM = 54
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_REFERENCE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PLACED = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_CATEGORIES, _VALUES = 111111111, 222222222
"""Numbers by which the two axes know each other."""


def add_chart(word: WordDocument, curve: Curve, width_mm: int) -> None:
    package = word.part.package
    number = sum("/charts/" in str(part.partname) for part in package.iter_parts()) + 1
    uri = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(uri, CONTENT_TYPE, chart_xml(curve).encode(), package)
    reference = word.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(8)
    frame = _frame(reference, 1000 + number, curve, int(Mm(width_mm)), int(Mm(HEIGHT_MM)))
    paragraph.add_run()._r.append(parse_xml(frame))  # noqa: SLF001 - there is no other way in


def _frame(reference: str, number: int, curve: Curve, width: int, height: int) -> str:
    about = escape(curve.caption)
    return (
        f'<w:drawing xmlns:w="{_WORD}" xmlns:wp="{_PLACED}" xmlns:a="{_MAIN}"'
        f' xmlns:c="{_CHART}" xmlns:r="{_REFERENCE}">'
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="{about}" descr="{about}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart r:id="{reference}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def chart_xml(curve: Curve) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}" xmlns:r="{_REFERENCE}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
        f'{"".join(_series(curve))}<c:marker val="1"/>'
        f'<c:axId val="{_CATEGORIES}"/><c:axId val="{_VALUES}"/></c:lineChart>'
        f"{''.join(_axes(curve))}</c:plotArea>"
        f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_type()}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    )


def _series(curve: Curve) -> Iterator[str]:
    """The target is a line like the others, dashed."""
    colours = PALETTES["light"]
    styles = [(colours.data, 22225, "solid"), (colours.context, 15875, "solid")]
    lines = [(line, *style) for line, style in zip(curve.lines, styles, strict=False)]
    if curve.target:
        level = Line(curve.target_name, (curve.target,) * len(curve.steps))
        lines.append((level, colours.muted, 9525, "sysDash"))
    for at, (line, colour, width, dash) in enumerate(lines):
        yield (
            f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>'
            f"<c:tx><c:v>{escape(line.name)}</c:v></c:tx>"
            f'<c:spPr><a:ln w="{width}" cap="rnd"><a:solidFill><a:srgbClr val="{colour[1:]}"/>'
            f'</a:solidFill><a:prstDash val="{dash}"/><a:round/></a:ln></c:spPr>'
            '<c:marker><c:symbol val="none"/></c:marker>'
            f"<c:cat><c:strLit>{_points(_labels(curve.steps))}</c:strLit></c:cat>"
            f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{_points(line.values)}"
            '</c:numLit></c:val><c:smooth val="0"/></c:ser>'
        )


def _labels(steps: Sequence[str]) -> tuple[str, ...]:
    """Only those that are shown, for programs that would show all; none breaks at its hyphen."""
    every = _every(steps)
    return tuple("" if at % every else step.replace("-", "\u2011") for at, step in enumerate(steps))


def _every(steps: Sequence[str]) -> int:
    return max(1, -(-len(steps) // MOST_TICKS))


def _points(values: Sequence[str | None]) -> str:
    there = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(value)}</c:v></c:pt>'
        for at, value in enumerate(values)
        if value is not None
    )
    return f'<c:ptCount val="{len(values)}"/>{there}'


def _axes(curve: Curve) -> Iterator[str]:
    line = PALETTES["light"].line[1:]
    stroke = f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill></a:ln>'
    every = _every(curve.steps)
    yield (
        f'<c:catAx><c:axId val="{_CATEGORIES}"/><c:scaling><c:orientation val="minMax"/>'
        '</c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General"'
        ' sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/><c:spPr>{stroke}</c:spPr>{_type()}'
        f'<c:crossAx val="{_VALUES}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
        f'<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="{every}"/>'
        '<c:noMultiLvlLbl val="0"/></c:catAx>'
    )
    least = '<c:min val="0"/>' if curve.from_zero else ""
    yield (
        f'<c:valAx><c:axId val="{_VALUES}"/><c:scaling><c:orientation val="minMax"/>{least}'
        f'</c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr>{stroke}'
        '</c:spPr></c:majorGridlines><c:numFmt formatCode="#,##0.###" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_type()}<c:crossAx val="{_CATEGORIES}"/>'
        '<c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _type() -> str:
    colour = PALETTES["light"].muted[1:]
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    return (
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f'<a:defRPr sz="900">{fill}<a:latin typeface="Arial"/><a:ea typeface="黑体"/></a:defRPr>'
        '</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
