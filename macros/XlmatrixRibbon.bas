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

Public Sub RibbonStampAcknowledged(control As IRibbonControl)
    StampAcknowledged
End Sub

Public Sub RibbonStampResponded(control As IRibbonControl)
    StampResponded
End Sub

Public Sub RibbonStampContained(control As IRibbonControl)
    StampContained
End Sub

Public Sub RibbonStampMitigated(control As IRibbonControl)
    StampMitigated
End Sub

Public Sub RibbonStampResolved(control As IRibbonControl)
    StampResolved
End Sub

Public Sub RibbonStampUpdateSent(control As IRibbonControl)
    StampUpdateSent
End Sub
