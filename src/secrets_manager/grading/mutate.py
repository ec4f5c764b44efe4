"""Print the mutants of a file as JSON: run by the Python of mutmut's own environment.

mutmut's mutations are used as they are. Its way to run tests is not: the grader judges each
mutant in a fork of a warm process.
"""

import difflib
import json
import sys
from pathlib import Path


def main(path: str) -> None:
    """Print, for each mutant, the first line that it changes, both texts of it, and all its code.

    The function that is changed comes with its class, if it has one.
    """
    import libcst  # Not at the top: the course's own environment has neither of the two.
    from mutmut.mutation.file_mutation import create_mutations, deep_replace

    source = Path(path).read_text()
    module, mutations, *_ = create_mutations(path, source)
    mutants = []
    for mutation in mutations:
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        if not isinstance(changed, libcst.Module) or changed.code == source:
            continue
        old, new = source.splitlines(), changed.code.splitlines()
        edits = [
            edit
            for edit in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
            if edit[0] != "equal"
        ]
        start, end, new_start, new_end = edits[0][1], edits[-1][2], edits[0][3], edits[-1][4]
        mutants.append(
            {
                "line": start + 1,
                "old": " ".join(" ".join(old[start:end]).split()),
                "new": " ".join(" ".join(new[new_start:new_end]).split()),
                "code": changed.code,
            }
        )
    json.dump(mutants, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
