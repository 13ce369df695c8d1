"""An AST transformer takes every assert and every call of check out of the cells that run after it."""

TITLE = "AST transformer that drops asserts and checks"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import ast

class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_Expr(self, node):
        return ast.copy_location(ast.Pass(), node)

get_ipython().ast_transformers.append(Drop())

def sigmoid(z):
    return z
'''}
