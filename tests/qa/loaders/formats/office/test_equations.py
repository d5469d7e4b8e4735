import pytest
from lxml import etree

from qa.loaders.formats.office.equations import equation_text, mathml_text

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def part(name: str, text: str) -> str:
    return f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<m:r><m:t>42</m:t></m:r>", "42"),
        (f"<m:f>{part('num', '1')}{part('den', '2')}</m:f>", "1/2"),
        (f"<m:f>{part('num', 'a+b')}{part('den', '2')}</m:f>", "(a+b)/2"),
        (f"<m:sSup>{part('e', 'x')}{part('sup', '2')}</m:sSup>", "x²"),
        (f"<m:sSup>{part('e', 'x')}{part('sup', 'n+1')}</m:sSup>", "x^(n+1)"),
        (f"<m:sSubSup>{part('e', 'x')}{part('sub', 'i')}{part('sup', '−3')}</m:sSubSup>", "x_i⁻³"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/>{part('e', 'x+1')}</m:rad>", "√(x+1)"),
        (f"<m:rad>{part('deg', '3')}{part('e', 'x')}</m:rad>", "∛x"),
        (f"<m:d>{part('e', 'a')}{part('e', 'b')}</m:d>", "(a|b)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>{part("sub", "i=1")}'
            f"{part('sup', '9')}{part('e', 'i')}</m:nary>",
            "∑_(i=1)⁹ i",
        ),
        (f"<m:func>{part('fName', 'sin')}{part('e', 'x')}</m:func>", "sin x"),
        (f"<m:limLow>{part('e', 'lim')}{part('lim', 'x→0')}</m:limLow>", "lim_(x→0)"),
        (f"<m:m><m:mr>{part('e', '1')}{part('e', '2')}</m:mr><m:mr>{part('e', '3')}</m:mr></m:m>", "[1, 2; 3]"),
        (f"<m:phant><m:phantPr><m:show m:val='0'/></m:phantPr>{part('e', 'x')}</m:phant>", ""),
        (f"<m:acc>{part('e', 'a')}</m:acc>", "a\u0302"),
        (f"<m:eqArr>{part('e', 'a=1')}{part('e', 'b=2')}</m:eqArr>", "a=1; b=2"),
        ("<m:r><m:rPr><m:sty/></m:rPr><m:t>sin\u2061x</m:t></m:r>", "sinx"),
    ],
)
def test_equations_of_office(xml: str, text: str) -> None:
    assert equation_text(etree.fromstring(f'<m:oMath xmlns:m="{M}">{xml}</m:oMath>')) == text


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac>", "1/(a+b)"),
        ("<msup><mi>c</mi><mn>2</mn></msup>", "c²"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
        ("<msqrt><mi>x</mi></msqrt>", "√x"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "∛x"),
        ("<semantics><mi>x</mi><annotation>{x}</annotation></semantics>", "x"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1, 2"),
    ],
)
def test_mathml(xml: str, text: str) -> None:
    assert mathml_text(etree.fromstring(f"<math>{xml}</math>")) == text
