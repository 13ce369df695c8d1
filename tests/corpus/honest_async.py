"""A cell with await at its top level, and an asyncio loop of its own."""

TITLE = "await at the top level of a cell"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = '''
import asyncio

async def later():
    await asyncio.sleep(0)
    return 7

value = await later()
print(value)
'''
LAST = "async for k in aiter([]):\n    pass"
