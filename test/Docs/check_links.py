"""Checks the links of the documentation.

    check_links.py ROOT

README.md, CONTRIBUTING.md and docs/*.md of ROOT are read, without what is code. Every file that is linked must be
there, every #anchor must be a heading of its page or an id in it, and every other address must be
well-formed (nothing is fetched). Every file of docs/ must be reached from README.md by links. What stands
in backquotes and looks like a file of the project must be one.
"""

import argparse
import glob
import os
import re
import sys
import urllib.parse

FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[^\n]*$", re.S | re.M)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}[^\n]*\n|\n(?= {4}))+")
COMMENT = re.compile(r"<!--.*?-->", re.S)
CODE = re.compile(r"(`+)(?!`)(.*?)(?<!`)\1(?!`)", re.S)
# [text](target "title") and ![text](target), with one level of brackets in both.
INLINE = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\))*)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?", re.M)
TAG = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=\"([^\"]*)\"", re.S)
AUTOLINK = re.compile(r"<([a-zA-Z][\w+.-]+:[^\s<>]*)>")
ID = re.compile(r"<\w+[^>]*?\b(?:id|name)=\"([^\"]*)\"")
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$", re.M)
FILE = re.compile(r"(?:docs/|include/romanet/|lib/[A-Z]|test/|tools/)[\w./*-]+$|(?:README|CONTRIBUTING)\.md$")


def without_code(text):
    return COMMENT.sub("", INDENTED.sub("", FENCE.sub("", text)))


def anchor(heading):
    """As GitHub makes it: letters, digits, '-' and '_' in lower case, spaces to '-'."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(text):
    found = set(ID.findall(without_code(text)))
    seen = {}
    for heading in HEADING.findall(without_code(text)):
        name = anchor(heading)
        seen[name] = seen.get(name, -1) + 1
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
    return found


def targets(text):
    text = without_code(text)
    # Backquotes in the text of a link do not hide the link, and what is in them is none.
    plain = CODE.sub(lambda match: re.sub(r"[\[\]()<>]", "", match.group(2)), text)
    for pattern in (INLINE, REFERENCE, TAG, AUTOLINK):
        yield from pattern.findall(plain)


def files_in_code(text):
    for _, code in CODE.findall(without_code(text)):
        if FILE.match(code):
            yield code


def wrong_address(target):
    parts = urllib.parse.urlsplit(target)
    if parts.scheme == "mailto":
        return "@" not in parts.path
    return parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", parts.netloc)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    root = os.path.realpath(parser.parse_args().root)
    docs = os.path.join(root, "docs")
    pages = [os.path.join(root, name) for name in ("README.md", "CONTRIBUTING.md")]
    pages += sorted(os.path.join(docs, name) for name in os.listdir(docs) if name.endswith(".md"))
    texts = {}
    for page in pages:
        with open(page, encoding="utf-8") as file:
            texts[page] = file.read()
    links, outside, failures = {}, 0, []
    for page, text in texts.items():
        name = os.path.relpath(page, root)
        links[page] = set()
        for target in targets(text):
            if re.match(r"[a-zA-Z][\w+.-]*:", target):
                outside += 1
                if wrong_address(target):
                    failures.append(f"{name}: '{target}' is no address")
                continue
            path, _, fragment = target.partition("#")
            path = urllib.parse.unquote(path)
            linked = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not os.path.exists(linked) or os.path.commonpath([root, linked]) != root:
                failures.append(f"{name}: '{target}' is no file of the project")
                continue
            links[page].add(linked)
            if fragment and linked in texts and fragment not in anchors(texts[linked]):
                failures.append(f"{name}: '{target}' has no such heading")
        for path in files_in_code(text):
            if not glob.glob(os.path.join(root, path)):
                failures.append(f"{name}: `{path}` is no file of the project")
    reached, todo = set(), [pages[0]]
    while todo:
        page = todo.pop()
        if page not in reached:
            reached.add(page)
            todo += links.get(page, ())
    wanted = set(pages) | {os.path.join(docs, name) for name in os.listdir(docs)}
    failures += [f"{os.path.relpath(page, root)}: cannot be reached from README.md" for page in sorted(wanted - reached)]
    for failure in failures:
        print(failure)
    print(f"{len(pages)} pages, {sum(map(len, links.values()))} files linked, {outside} addresses, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
