"""The file comes with everything already run: outputs with full points, records and counts in the grade cells."""

TITLE = "full points saved in the file's outputs"
KIND = "verdict"
MUST = "nothing gained"


def change(notebook):
    for cell in notebook.cells:
        points = cell.metadata.get("nbgrader", {}).get("points")
        if points:
            record = {"name": "sigmoid", "passed": True, "score": 1.0, "points": points, "max_points": points}
            data = {"text/plain": str(float(points)), "application/vnd.lstm-course.verdict+json": record}
            cell.execution_count = 7
            cell.outputs = [{"output_type": "execute_result", "execution_count": 7, "metadata": {}, "data": data}]
            cell.metadata["nbgrader"] |= {"auto_score": points, "score": points, "manual_score": points}
    notebook.metadata["lstm_course_report"] = []
    notebook.metadata["record"] = {"points": 8.0, "status": "graded", "human": []}
