"""Runs a classic BPF program over one system call, as the kernel would: the judge of filters for machines that we are not."""

import struct


def verdict(program, machine, number, arguments=()):
    """What the filter returns for a call: number, architecture word, up to six arguments."""
    data = struct.pack("<iIQ6Q", number, machine.audit_arch, 0, *(*arguments, *[0] * (6 - len(arguments))))
    at, register = 0, 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x20:
            register = struct.unpack_from("<I", data, operand)[0]
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: register == operand, 0x35: register >= operand, 0x45: register & operand != 0}[code]
            at += if_true if holds else if_false
