"""What the invented borough states of money and time, so that every part of a business case is to be seen."""

MADE_UP = "invented for this illustration; state your own value and its source"

CASE = f"""[lines]
budget_gbp = 600_000
subsidy_route = "invented subsidy scheme"
vouchers_open_in = ["E05990001", "E05990002"]
vouchers_until = "2027-09"

[[lines.option]]
key = "rebuilt_cabinets"
words = "Fibre from the rebuilt cabinets of an invented operator"
gbp = 20_000
gbp_per_premises = 1_100
others_gbp_per_premises = 600
tier = "ufbb_300"
statuses = ["white"]
low = 0.3
likely = 0.5
high = 0.6
months = 24
conditions = "The operator must sign by the end of 2026."
risk = "The operator may be sold."
source = "{MADE_UP}"

[programme]
capital_gbp = 900_000
external_gbp = 200_000
external_from = "an invented fund"

[appraisal]
price_base_year = 2026
costs_price_year = 2026
vat = "excluded"
renewal_years = 7
renewal_share = 0.4
phase_years = 1
works = {{ library = "standard buildings", "street furniture" = "standard civil" }}

[appraisal.use]
mobile_data = 0.45
other_wifi = 0.10
source = "{MADE_UP}"

[[appraisal.benefit]]
key = "online_in_public"
words = "Time and money saved by people who get online at the sites"
quantity = "user_days"
unit_value_gbp = 1.50
low = 0.50
high = 2.50
ramp_up_years = 2
confidence = "low"
source = "{MADE_UP}"

[[appraisal.benefit]]
key = "homes_without_speed"
words = "A way out for homes that cannot get a fast line"
quantity = "residents"
source = "named and not valued: the line above counts the same people"

[[appraisal.benefit]]
key = "mobile_staff"
words = "Journeys saved by council and NHS staff who work from the sites"
quantity = "sites"
people = "staff"
source = "named and not valued: staff who use the sites are among the users above"

[[appraisal.benefit]]
key = "town_visits"
words = "More spent by visitors who stay in the town centre longer"
quantity = "visitors"
source = "named and not valued: visitors who use the sites are among the users above"

[[appraisal.benefit]]
key = "sensor_lines"
words = "Lines for sensors and cameras that the council no longer rents"
quantity = "sites"
people = "nobody"
unit_value_gbp = 250.0
low = 100.0
high = 400.0
is_net = true
confidence = "medium"
source = "{MADE_UP}"

[[appraisal.benefit]]
key = "online_enquiries"
words = "Council enquiries dealt with online instead of at a counter"
quantity = 6_000
unit = "enquiries in a year"
people = "nobody"
unit_value_gbp = 2.50
low = 1.00
high = 4.00
ramp_up_years = 1
confidence = "low"
source = "{MADE_UP}"

[[appraisal.benefit]]
key = "wellbeing"
words = "Less loneliness among older residents"
quantity = "residents"
source = "named and not valued"

[appraisal.additionality]
leakage = 0.10
displacement = 0.10
source = "{MADE_UP}"

[appraisal.distribution]
median_income_gbp = 34_000
source = "{MADE_UP}"

[appraisal.distribution.income_gbp]
1 = 21_000
2 = 24_000
3 = 27_000
4 = 30_000
5 = 33_000
6 = 35_000
7 = 38_000
8 = 42_000
9 = 47_000
10 = 56_000

[[appraisal.range]]
key = "counterfactual"
low = 0.6
high = 1.4
source = "{MADE_UP}"

[[appraisal.range]]
key = "additionality"
low = 0.7
high = 1.2
source = "{MADE_UP}"

[funding]
model = "council-funded"
by_kind = {{ "car park" = "concession", "street furniture" = "concession", leisure = "pay-to-use", market = "sponsored", park = "mixed" }}
mixed = {{ sponsored = 0.5 }}
sponsor_gbp_per_year = 2_500
sponsor_years = 5
take_up = 0.04
price_gbp_per_year = 30
concession_fee_gbp_per_year = 600
external_gbp = 75_000
secured_gbp = 60_000
source = "{MADE_UP}"

[[funding.enterprise]]
name = "Invented Networks Ltd"
sites = ["A0192"]
other_aid_gbp = 90_000

[delivery]
start = "2027-04"
at_once = 6
person_days = {{ project = 5, board = 2, cabinet = 4, procurement = 20, survey = 2, consents = 3, acceptance = 1, evaluation = 15 }}

[delivery.installation_months]
"street furniture" = 2

[[delivery.risk]]
key = "lamp_columns"
words = "The lamp column contract is let again in the first year"
likelihood = 3
impact = 3
mitigation = "Ask for access in the new contract's terms"
owner_role = "Property and highways lead"
"""  # noqa: E501
