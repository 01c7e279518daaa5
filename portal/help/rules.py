"""The laws and rules that the answers rest on, each as it is quoted to a reader."""

from django.utils.translation import gettext_lazy as _

CARD_BUSINESS = _("Measures on the Supervision of Credit-Card Business (CBRC order 2011 no. 2)")
CARD_68 = _("Measures on the Supervision of Credit-Card Business (CBRC order 2011 no. 2), art. 68")
CARD_69 = _("Measures on the Supervision of Credit-Card Business (CBRC order 2011 no. 2), art. 69")
CARD_70 = _("Measures on the Supervision of Credit-Card Business (CBRC order 2011 no. 2), art. 70")
CARD_NOTICE = _("Notice on the sound development of credit-card business (CBIRC 2022 no. 13)")
CARD_CHARGES = _("Notice on credit-card business (PBC 2016 no. 111)")
COST_SHEET = _("Rules on showing the all-in cost of personal loans (NFRA 2026 no. 2)")
RISK_CLASSES = _("Measures on the risk classification of financial assets (2023)")
COURT_CHARGES = _("Supreme People's Court, opinions on finance cases (2017 no. 22), point 2")
CARD_DISPUTES_2 = _("Supreme People's Court, provisions on bank-card disputes (2021), art. 2")
CARD_DISPUTES_3 = _("Supreme People's Court, provisions on bank-card disputes (2021), art. 3")
CARD_CRIME = _(
    "Supreme People's Court and Procuratorate, interpretation on credit-card offences (as amended in 2018), art. 6 to 10"
)
CRIMINAL_280 = _("Criminal Law, art. 280")
CIVIL_165 = _("Civil Code, art. 165")
CIVIL_188 = _("Civil Code, art. 188, 189 and 195")
CIVIL_204 = _("Civil Code, art. 204")
CIVIL_677 = _("Civil Code, art. 677")
CIVIL_PROCEDURE_9 = _("Civil Procedure Law, art. 9")
CREDIT_RECORDS = _("Regulation on the Credit Reporting Industry, art. 15, 16, 17 and 25")
CREDIT_REPAIR = _("People's Bank of China, notice on the one-off credit repair (22 December 2025)")
COLLECTION_GUIDE = _("China Banking Association, guide to collecting personal consumer loans (January 2026)")
COLLECTION_STANDARD = _("National standard GB/T 45251-2025")
COMPLAINTS = _("Measures on consumer complaints in banking and insurance (CBIRC order 2020 no. 3)")
CONSUMERS = _("Measures on the protection of consumers by banks and insurers (CBIRC order 2022 no. 9)")
SIGNATURE = _("Electronic Signature Law, art. 13 and 14")
FRAUD = _("Law against Telecom and Online Fraud")
PERSONAL_DATA = _("Personal Information Protection Law, art. 13, 21, 28 to 30 and 44 to 47")
NECESSARY_DATA = _("Personal Information Protection Law, art. 6 and 28 to 30")
