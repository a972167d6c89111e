Attribute VB_Name = "XlmatrixActions"
Option Explicit

' What the buttons do. Each hands over to Python and computes nothing here:
' the work stands in xlmatrix.addin.actions.

Private described As Boolean

' Hand over to Python. The first time, Excel's function wizard learns what the functions
' are for; nothing of ours runs as a workbook opens.
Private Sub HandOver(ByVal command As String)
    If Not described Then
        described = True
        DescribeFunctions
    End If
    RunPython command
End Sub

Public Sub RecalculateEscalations()
    HandOver ActionCommand("recalculate", "")
End Sub

Public Sub ValidateMatrix()
    HandOver ActionCommand("validate", "")
End Sub

Public Sub RefreshFromSpec()
    Dim chosen As Variant
    chosen = Application.GetOpenFilename("Matrix specs (*.yaml;*.yml),*.yaml;*.yml", , "Refresh from spec")
    If VarType(chosen) = vbBoolean Then Exit Sub
    HandOver ActionCommand("refresh", CStr(chosen))
End Sub

Public Sub ImportIncidents()
    Dim chosen As Variant
    chosen = Application.GetOpenFilename("Exports (*.csv),*.csv", , "Import incidents")
    If VarType(chosen) = vbBoolean Then Exit Sub
    HandOver ActionCommand("import_incidents", CStr(chosen))
End Sub

' One stamp into one empty cell of the selected incident's row.
Public Sub StampAcknowledged()
    RunPython ActionCommand("stamp", "acknowledged")
End Sub

Public Sub StampResponded()
    RunPython ActionCommand("stamp", "responded")
End Sub

Public Sub StampContained()
    RunPython ActionCommand("stamp", "contained")
End Sub

Public Sub StampMitigated()
    RunPython ActionCommand("stamp", "mitigated")
End Sub

Public Sub StampResolved()
    RunPython ActionCommand("stamp", "resolved")
End Sub

Public Sub StampUpdateSent()
    Dim answer As VbMsgBoxResult
    answer = MsgBox("Was the update sent to customers? No: it was an internal one.", vbYesNoCancel, "Update sent")
    If answer = vbCancel Then Exit Sub
    RunPython ActionCommand("stamp", UpdateWord(answer = vbYes))
End Sub

Public Function UpdateWord(ByVal customers As Boolean) As String
    If customers Then UpdateWord = "customer-update" Else UpdateWord = "internal-update"
End Function

' The Python text that does an action; a file's path or a word goes along as its code points, so that
' no letter in it can end the text early.
Public Function ActionCommand(ByVal action As String, ByVal path As String) As String
    Dim command As String
    command = "from xlmatrix.addin.actions import run; run('" & action & "', None"
    If Len(path) > 0 Then command = command & ", " & PythonText(path)
    ActionCommand = command & ")"
End Function

Public Function PythonText(ByVal text As String) As String
    Dim place As Long
    Dim code As Long
    Dim points As String
    For place = 1 To Len(text)
        code = AscW(Mid(text, place, 1))
        If code < 0 Then code = code + 65536
        If place > 1 Then points = points & ","
        points = points & CStr(code)
    Next place
    PythonText = "bytes().join(c.to_bytes(2, 'little') for c in (" & points & ",)).decode('utf-16-le')"
End Function
