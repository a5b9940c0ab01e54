"""JUnit XML of a check: a test case a subject and stream, with its seconds."""

from xml.etree import ElementTree as Xml

from retrainlab.experiments.check.lines import lines_of
from retrainlab.experiments.check.verdict import Kind, PairResult, Verdict
from retrainlab.sim.printable import printable

SUITE = "retrainlab check"


def of_verdict(verdict: Verdict) -> str:
    """Return the test cases: failed where worse, in error where not judged or not run."""
    suite = Xml.Element("testsuite", name=SUITE)
    for row in verdict.rows:
        _add(suite, row, verdict.kind)
    for failure in verdict.failures:
        names = {"classname": verdict.kind.suite, "name": failure.split(":")[0]}
        case = Xml.SubElement(suite, "testcase", names)
        Xml.SubElement(case, "error", message=failure)
    return _written(suite)


def of_refusal(sentence: str, kind: Kind) -> str:
    """Return one test case in error: the check could not begin, or could not compare."""
    suite = Xml.Element("testsuite", name=SUITE)
    case = Xml.SubElement(suite, "testcase", classname=kind.suite, name="baseline")
    Xml.SubElement(case, "error", message=sentence)
    return _written(suite)


def _add(suite: Xml.Element, row: PairResult, kind: Kind) -> None:
    names = {"classname": f"{kind.suite}.{row.subject}", "name": row.stream}
    case = Xml.SubElement(suite, "testcase", names, time=f"{row.seconds:.3f}")
    text = "\n".join("  ".join(line[3:7]) for line in lines_of(row, kind))
    if kind.beside:
        pairs = zip(kind.beside, row.beside, strict=True)
        text += "\n" + ", ".join(f"{heading} {value}" for heading, value in pairs)
    if row.state == "worse":
        Xml.SubElement(case, "failure", message=f"{row.subject} is worse").text = text
    elif row.state == "unjudged":
        message = f"{row.subject} has too few seeds for a verdict"
        Xml.SubElement(case, "error", message=message).text = text
    elif row.state != "equal":
        Xml.SubElement(case, "system-out").text = f"{row.state}: {text}"


def _written(suite: Xml.Element) -> str:
    """Return the document, with counts and seconds at the head, and only characters XML allows."""
    seconds = sum(float(case.get("time", 0)) for case in suite)
    counts = {"tests": len(suite)} | {
        f"{kind}s": len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error")
    }
    root = Xml.Element("testsuites")
    root.append(suite)
    for element in (root, suite):
        element.set("time", f"{seconds:.3f}")
        for name, count in counts.items():
            element.set(name, str(count))
    for element in root.iter():
        element.text = printable(element.text) if element.text else None
        for name, value in element.items():
            element.set(name, printable(value))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
