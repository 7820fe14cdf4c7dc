"""The libraries below run on one thread each."""

import cv2
import threadpoolctl

import indelible.fingerprint.local  # noqa: F401


def test_opencv_and_linear_algebra_have_one_thread_each():
    assert cv2.getNumThreads() == 1
    assert {pool["num_threads"] for pool in threadpoolctl.threadpool_info()} == {1}
