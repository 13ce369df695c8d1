"""The same by the shell: exclamation marks and %%bash."""

TITLE = "the class's folder read with shell magics"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
!cat __CLASS__/gradebook.db ../../../gradebook.db
!env; cat /etc/shadow; ls -laR __CLASS__ ../../.. | head -500
'''
LAST = "%%bash\nstrings __CLASS__/gradebook.db; ls __CLASS__/submitted; cat __CLASS__/submitted/*/*/*.ipynb; ps axeww"
