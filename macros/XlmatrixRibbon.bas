Attribute VB_Name = "XlmatrixRibbon"
Option Explicit

' The ribbon calls these; the buttons on the sheet call the same actions.

Public Sub RibbonRecalculate(control As IRibbonControl)
    RecalculateEscalations
End Sub

Public Sub RibbonValidate(control As IRibbonControl)
    ValidateMatrix
End Sub

Public Sub RibbonRefresh(control As IRibbonControl)
    RefreshFromSpec
End Sub

Public Sub RibbonImport(control As IRibbonControl)
    ImportIncidents
End Sub
