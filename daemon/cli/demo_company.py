"""The desk of a small company, for a story of ``postdesk demo``: its people, teams and what it offers."""

SERVICE = "service@corp.test"
RITA = "rita@corp.test"
MONA = "mona@corp.test"
DIRK = "dirk@corp.test"
GRETA = "greta@corp.test"
IDA = "ida@corp.test"
FELIX = "felix@corp.test"
FIONA = "fiona@corp.test"
VENDOR = "orders@computers.test"
LEA = "lea@corp.test"
NAMES = {
    RITA: "Rita Requester",
    MONA: "Mona Manager",
    DIRK: "Dirk Deputy",
    GRETA: "Greta Budget",
    IDA: "Ida Desk",
    FELIX: "Felix Facilities",
    FIONA: "Fiona Finance",
    LEA: "Lea Lead",
    VENDOR: "Vera Vendor",
    SERVICE: "Service",
}

CONFIGURATION = """\
[desk]
name = "Service"
address = "service@corp.test"
timezone = "Europe/Berlin"
# A resolved ticket is closed after a day without an answer.
reopen_days = 1

[catalogue]
folder = "catalogue"

[directory]
csv = "people.csv"

[survey]
enabled = true
delay = "2h"
cooldown_days = 1

[waiting]
calendar = "office"

[[calendar]]
name = "office"
timezone = "Europe/Berlin"
hours = ["mon-fri 09:00-17:00"]

[[team]]
name = "service-desk"
addresses = ["service@corp.test"]
members = ["ida@corp.test"]
lead = "lea@corp.test"

[[team]]
name = "facilities"
addresses = ["facilities@corp.test"]
members = ["felix@corp.test"]

[[team]]
name = "finance"
addresses = ["finance@corp.test"]
members = ["fiona@corp.test"]

[[agent]]
address = "ida@corp.test"
name = "Ida Desk"

[[agent]]
address = "felix@corp.test"
name = "Felix Facilities"

[[agent]]
address = "fiona@corp.test"
name = "Fiona Finance"

[[agent]]
address = "lea@corp.test"
name = "Lea Lead"
"""
PEOPLE = """\
address,name,manager,department,deputies
rita@corp.test,Rita Requester,mona@corp.test,Sales,
mona@corp.test,Mona Manager,greta@corp.test,Sales,dirk@corp.test
dirk@corp.test,Dirk Deputy,greta@corp.test,Sales,
greta@corp.test,Greta Budget,,Finance,
"""
ITEMS = """\
[[item]]
id = "laptop"
title = "New laptop"
group = "Computers"
kind = "order"
description = "A laptop, set up and ready to work, with bag and power supply."
words = ["laptop", "notebook"]
team = "service-desk"
cost = 1250.00
promised = "3 days"

[[item.question]]
id = "model"
label = "Which model?"
type = "choice"
choices = ["Light 13", "Standard 14", "Strong 16"]

[[item.question]]
id = "start"
label = "When do you need it?"
type = "date"

[[item.question]]
id = "reason"
label = "What do you need the strong one for?"
when = "model is Strong 16"

[[item.approval]]
by = "manager"
within = "4 days"

[[item.approval]]
by = "budget-owner"
over = 500.00
within = "4 days"

[[item.task]]
id = "order"
title = "Deliver the laptop"
to = "orders@computers.test"
shows = ["model"]
due = "1 day"

[[item.task]]
id = "desk"
title = "Bring a docking station to the desk"
team = "facilities"
due = "2 days"

[[item.task]]
id = "install"
title = "Install and label the laptop"
team = "service-desk"
after = ["order"]
due = "1 day"

[[item.task]]
id = "book"
title = "Enter it into the books"
team = "finance"
after = ["order"]
due = "2 days"

[[item]]
id = "badge"
title = "New badge"
group = "Building"
kind = "order"
description = "In place of a lost one."
team = "facilities"

[[budget]]
owner = "greta@corp.test"
"""
