Attribute VB_Name = "XlmatrixWizard"
Option Explicit

' Written by tools/bake_functions.py: what Excel's function wizard shows.

' The first button calls it: nothing of ours runs as a workbook opens.
Public Sub DescribeFunctions()
    ' A hidden window takes no descriptions; the functions work all the same.
    On Error Resume Next
    Application.MacroOptions Macro:="SLA_DUE", _
        Description:="When each incident is due: the working time of its target after it opened.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When each incident opened: a cell or a column.", "Severity of each, such as SEV-1; or a number of minutes.", "Acknowledge, First response, Resolve ...; unused for minutes.", "A calendar of Hours; left out: the target's own.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_ELAPSED", _
        Description:="Working minutes between two times; negative where the end is earlier.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When each stretch begins: a cell or a column.", "When it ends.", "A calendar of Hours; left out: the first one.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_EXPLAIN", _
        Description:="Why a deadline is when it is: each stretch that counted or was closed, a row each.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When it opened: one cell.", "Working minutes until it is due.", "A calendar of Hours; left out: the first one.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_LADDER", _
        Description:="The escalation ladder of one incident: level, when, whom; a row a call.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When the incident opened: one cell.", "Its severity, such as SEV-1.", "Its class, by name or ID; left out: no class.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_NEXT", _
        Description:="The next escalation after the workbook's As of: when, and whom.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When each incident opened: a cell or a column.", "Severity of each, such as SEV-1.", "When it was acknowledged; empty while it is not.", "Class of each, by name or ID; left out: no class.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_ONCALL", _
        Description:="Who holds each role: by its rotation, else its primary, else the backup.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("A role of Owners: a cell or a column.", "When; left out: the workbook's As of.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_REPORT", _
        Description:="When each report is due, safely and by law, how it stands, and why: four columns.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("ID of each obligation, such as gdpr-33: a cell or a column.", "When what it counts from happened; empty while it has not.", "personal-data = yes; people-risk = likely; aware = 2026-11-16 8:45", "When it was reported; empty while it is not.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_STATUS", _
        Description:="Whether each is met, breached or running; exactly at the deadline is met.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("When each is due: a cell or a column.", "When it was done; empty while it is not.", "The time to judge at; left out: the workbook's As of.", "Policy_Version: computes again when the policy changes.")
    Application.MacroOptions Macro:="SLA_WHY", _
        Description:="Why a function shows an error: give its name, and then what you gave it.", _
        Category:="xlmatrix", _
        ArgumentDescriptions:=Array("The function that shows an error, such as SLA_DUE.", "What the function was given there.", "What the function was given there.", "What the function was given there.", "What the function was given there.", "What the function was given there.")
End Sub
