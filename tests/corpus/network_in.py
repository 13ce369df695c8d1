"""A server that waits for the answers of whoever is graded next."""

TITLE = "a server that waits for the next submission"
KIND = "network"
MUST = "full marks"
BASE = "right"
FIRST = '''
import socket, threading

def serve(family, address):
    try:
        with socket.socket(family) as server:
            server.bind(address)
            server.listen()
            server.accept()
            print("SERVED")
    except OSError:
        pass

for family, address in ((socket.AF_INET, ("0.0.0.0", 0)), (socket.AF_UNIX, chr(0) + "corpus"),
                        (socket.AF_UNIX, "/tmp/corpus-left.sock")):
    threading.Thread(target=serve, args=(family, address), daemon=True).start()
'''
