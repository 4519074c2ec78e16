"""Reads a folder with opentele2 and opentele-ng, and prints what they find:

pip install opentele2==2.0.0 opentele-ng==1.5.0 && python check.py FOLDER [PASSCODE]
"""

import sys

from opentele.td import TDesktop
from opentele2._native import TData

folder, passcode = sys.argv[1], "".join(sys.argv[2:])
for account in TData.load(folder, passcode.encode()).accounts:
    print("opentele2", account.index, account.user_id, account.main_dc, account.auth_key[:4].hex(), [dc for dc, _ in account.keys])
for account in TDesktop(folder, passcode=passcode or None).accounts:
    print("opentele-ng", account.index, account.UserId, int(account.MainDcId), account.authKey.key[:4].hex(), account.MtpConfig._dcOptions.isTestMode())
