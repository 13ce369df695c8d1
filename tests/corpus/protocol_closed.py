"""The socket is closed, shut down for writing, and replaced by a pipe and by a file."""

TITLE = "the channel closed or replaced"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os, socket

def sigmoid(z):
    reader, writer = os.pipe()
    for number in range(3, 64):
        if number not in (reader, writer):
            try:
                socket.socket(fileno=os.dup(number)).shutdown(socket.SHUT_WR)
            except OSError:
                pass
            try:
                os.dup2(writer, number)
            except OSError:
                pass
    os.closerange(3, 64)
    return z
'''}
