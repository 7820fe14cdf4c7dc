"""Import to hold OpenCV and numpy's linear algebra to one thread each: the program's own threads share the cores.

Their sums may differ with the number of threads, and threads of theirs under threads of ours wait for each other by
spinning. Set once, at import: changing it while another thread works can hang both.
"""

import cv2
import numpy as np  # noqa: F401  # threadpoolctl limits only what is loaded
import threadpoolctl  # type: ignore[import-untyped]

cv2.setNumThreads(1)
threadpoolctl.threadpool_limits(1)
