"""read_thrift.py FILE: the file as one struct of Thrift's binary protocol, read by Apache Thrift's own library, as
test::draw has it."""

import struct
import sys

from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.Thrift import TType
from thrift.transport.TTransport import TMemoryBuffer

NUMBERS = {TType.BOOL: ("bool", "readBool"), TType.I32: ("i32", "readI32"), TType.I64: ("i64", "readI64")}


def draw(protocol, kind):
    if kind in NUMBERS:
        name, read = NUMBERS[kind]
        return f"{name} {int(getattr(protocol, read)())}"
    if kind == TType.DOUBLE:
        return f"double {struct.unpack('<q', struct.pack('<d', protocol.readDouble()))[0]}"
    if kind == TType.STRING:
        return "string " + protocol.readBinary().hex()
    if kind == TType.STRUCT:
        return draw_struct(protocol)
    if kind == TType.LIST:
        element, count = protocol.readListBegin()
        items = [draw(protocol, element) for _ in range(count)]
        protocol.readListEnd()
        return "[" + ",".join(items) + "]"
    raise ValueError(f"type {kind}")


def draw_struct(protocol):
    fields = {}
    protocol.readStructBegin()
    while True:
        _, kind, number = protocol.readFieldBegin()
        if kind == TType.STOP:
            break
        fields[number] = draw(protocol, kind)
        protocol.readFieldEnd()
    protocol.readStructEnd()
    return "{" + ",".join(f"{number}:{fields[number]}" for number in sorted(fields)) + "}"


def main():
    with open(sys.argv[1], "rb") as file:
        transport = TMemoryBuffer(file.read())
    text = draw_struct(TBinaryProtocol(transport))
    if transport.cstringio_buf.read(1):
        raise ValueError("bytes behind the struct")
    print(text, end="")


main()
