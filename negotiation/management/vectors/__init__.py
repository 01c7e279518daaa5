"""Does the calculation engine give the results that a file of vectors expects?

Reads the file's sections and kinds, computes each case with the engine and compares. Holds no expected value and depends on no id.
"""

from negotiation.management.vectors.runner import CaseResult, VectorFileUnreadable, run_file

__all__ = ["CaseResult", "VectorFileUnreadable", "run_file"]
