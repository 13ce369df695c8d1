"""Connections to this machine and to others, over TCP, UDP, raw and abstract sockets, and by a name server."""

TITLE = "connections to this machine and others"
KIND = "network"
MUST = "full marks"
BASE = "right"
FIRST = '''
import socket, urllib.request

def tried(what, action):
    try:
        print(what, action())
    except Exception as error:
        print(what, type(error).__name__)

for address in (("127.0.0.1", __PORT__), ("::1", __PORT__), ("192.0.2.1", 80), ("169.254.169.254", 80)):
    tried("tcp", lambda: socket.create_connection(address, timeout=0.5))
    tried("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"answers, please", address))
tried("name", lambda: socket.gethostbyname("example.org"))
tried("http", lambda: urllib.request.urlopen("http://127.0.0.1:__PORT__/", timeout=0.5).read())
tried("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
tried("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
tried("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).bind((0, 0)))
'''
