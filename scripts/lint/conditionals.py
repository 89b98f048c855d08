"""No #if, #ifdef or #ifndef inside a function body: what differs by platform is a function of its own."""

import re

import tree

# Comments, strings and characters, replaced by as many line breaks as they hold.
IGNORED = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
                     re.DOTALL)
# What opens a brace that is no function body (nor anything inside one).
SCOPE = re.compile(r'\b(namespace|class|struct|union|enum|extern)\b(?![^{]*\))')
TOKEN = re.compile(r"[{};]|^[ \t]*#[ \t]*(\w+)[^\n]*(?:\\\n[^\n]*)*", re.MULTILINE)


def lines_with_conditionals(source):
    source = IGNORED.sub(lambda ignored: "\n" * ignored.group().count("\n") or " ", source)
    scopes = []  # one per open brace: whether it is a namespace's or a type's
    since = 0
    for token in TOKEN.finditer(source):
        if token.group(1):
            if token.group(1).startswith("if") and not all(scopes):
                yield source.count("\n", 0, token.start()) + 1
        elif token.group() == "{":
            scopes.append(bool(SCOPE.search(source, since, token.start())))
        elif token.group() == "}" and scopes:
            scopes.pop()
        since = token.end()


root = tree.root_from_arguments()
found = [f"{name}:{line}: a preprocessor conditional inside a function body"
         for name in tree.files(root, tree.CXX) for line in lines_with_conditionals(tree.text(root, name))]
tree.report("conditionals", found)
