"""HTML, SVG and JavaScript in outputs, which would run in the browser of whoever looks at the graded notebook."""

TITLE = "scripts in HTML, SVG and JavaScript outputs"
KIND = "browser"
MUST = "full marks"
BASE = "right"
LAST = '''
from IPython.display import HTML, SVG, Javascript, Markdown, display, publish_display_data

evil = "fetch('/formgrader/api/grade/1', {method: 'PUT', body: '{\\"manual_score\\": 4}'})"
display(HTML(f"<script>{evil}</script><img src=x onerror=\\"{evil}\\"><svg onload=\\"{evil}\\"></svg>"))
display(HTML("<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe><a href='javascript:pwned = 1'>marks</a>"))
display(HTML("<math><mtext><table><mglyph><style><img src=x onerror=pwned=1></style></table></mtext></math>"))
picture = f"<script>{evil}</script><a xlink:href='javascript:1'>x</a>"
display(SVG(f'<svg xmlns="http://www.w3.org/2000/svg">{picture}</svg>'))
display(Javascript(evil))
display(Markdown(f"<img src=x onerror=\\"{evil}\\"> [marks](javascript:alert(1)) <script>{evil}</script>"))
publish_display_data({"application/vnd.jupyter.widget-view+json": {"model_id": evil}})
publish_display_data({"text/latex": "$<img src=x onerror=pwned=1>$"})
publish_display_data({"text/html": "<p>x</p>"}, metadata={"text/html": {"isolated": True}, "class": "\\"><script>"})
'''
