"""What becomes of each element and attribute around the cells: carried, ours, or named.

Whatever stands here in no line is unknown to this release, and is named where it is found.
"""

# Long because: it is a table.
from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: ``carried``: some kind of state, or another step, looks after it. ``ours``: this release writes
#: it anew, or nobody misses it. ``named``: the report says that it is left out.
Verdict = Literal["carried", "ours", "named"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an element or an attribute.

    ``words`` say who looks after it, why it is ours, or what is left out. An attribute of
    ``default`` says nothing. ``open`` elements have attributes and children with fates of their
    own; those of others go with the element.
    """

    verdict: Verdict
    words: str
    default: tuple[str, ...] = ()
    open: bool = False


def _carried(by: str) -> Fate:
    return Fate("carried", by)


def _ours(why: str) -> Fate:
    return Fate("ours", why)


def _named(words: str, *default: str) -> Fate:
    return Fate("named", words, default)


def _opened(words: str = "what it holds has fates of its own") -> Fate:
    return Fate("ours", words, open=True)


def _each(names: str, fate: Fate) -> dict[str, Fate]:
    """One fate for several names."""
    return dict.fromkeys(names.split(), fate)


_PRINT: Final = _carried("prints")
_WINDOW: Final = _ours("how a window looks is everybody's own")
_FREIGHT: Final = _carried("freight")
_OFF: Final = ("0", "false")
_ON: Final = ("1", "true")

_FORMATS: Final = "newer conditional formats"
_CHECKS: Final = "newer validations"
#: What may be ours, though another program put it where we do not.
MOVED: Final = frozenset({_FORMATS, _CHECKS})

#: A sheet of ours: ``element``, ``element/child``, ``element@attribute``.
SHEET: Final[dict[str, Fate]] = {
    "sheetPr": _opened(),
    "sheetPr@codeName": _ours("macros name sheets by it"),
    "sheetPr@filterMode": _carried("filters"),
    "sheetPr@enableFormatConditionsCalculation": _named("formats that were switched off", *_ON),
    "sheetPr@published": _ours("of web publishing"),
    "sheetPr@syncHorizontal": _WINDOW,
    "sheetPr@syncVertical": _WINDOW,
    "sheetPr@syncRef": _WINDOW,
    "sheetPr@transitionEvaluation": _named("formulas evaluated as in Lotus 1-2-3", *_OFF),
    "sheetPr@transitionEntry": _named("formulas entered as in Lotus 1-2-3", *_OFF),
    "sheetPr/tabColor": _carried("tabs"),
    "sheetPr/pageSetUpPr": _PRINT,
    "sheetPr/outlinePr": _opened(),
    "sheetPr/outlinePr@summaryBelow": _named("sums above their groups", *_ON),
    "sheetPr/outlinePr@summaryRight": _named("sums at the left of their groups", *_ON),
    "sheetPr/outlinePr@applyStyles": _ours("of automatic outlines"),
    "sheetPr/outlinePr@showOutlineSymbols": _WINDOW,
    "dimension": _ours("follows the cells"),
    "sheetViews": _opened(),
    "sheetViews/extLst": _ours("of windows"),
    "sheetViews/sheetView": _opened(),
    **{
        f"sheetViews/sheetView@{known}": _carried("views")
        for known in ("showFormulas", "showGridLines", "showRowColHeaders", "showZeros",
                      "rightToLeft", "view", "zoomScale")
    },
    **{
        f"sheetViews/sheetView@{known}": _WINDOW
        for known in ("windowProtection", "tabSelected", "showRuler", "showOutlineSymbols",
                      "defaultGridColor", "showWhiteSpace", "topLeftCell", "colorId",
                      "zoomScaleNormal", "zoomScaleSheetLayoutView", "zoomScalePageLayoutView",
                      "workbookViewId")
    },
    "sheetViews/sheetView/pane": _ours("panes are the template's"),
    "sheetViews/sheetView/selection": _WINDOW,
    "sheetViews/sheetView/pivotSelection": _WINDOW,
    "sheetViews/sheetView/extLst": _ours("of windows"),
    "sheetFormatPr": _opened(),
    "sheetFormatPr@zeroHeight": _named("all rows hidden but those in use", *_OFF),
    **{
        f"sheetFormatPr@{known}": _ours("heights and widths are the template's")
        for known in ("baseColWidth", "defaultColWidth", "defaultRowHeight", "customHeight",
                      "thickTop", "thickBottom", "dyDescent")
    },
    "sheetFormatPr@outlineLevelRow": _carried("rows"),
    "sheetFormatPr@outlineLevelCol": _carried("groups"),
    "cols": _opened(),
    "cols/col": _opened(),
    **{
        f"cols/col@{known}": _carried("beside")
        for known in ("min", "max", "width", "hidden", "customWidth", "bestFit")
    },
    "cols/col@style": _ours("cells have looks of their own"),
    "cols/col@phonetic": _ours("readings are shown by each cell"),
    "cols/col@outlineLevel": _carried("groups"),
    "cols/col@collapsed": _carried("groups"),
    "sheetData": _carried("cells and rows"),
    "sheetCalcPr": _ours("everything is computed when the workbook opens"),
    "sheetProtection": _carried("guards"),
    "protectedRanges": _carried("guards"),
    "scenarios": _named("scenarios"),
    "autoFilter": _carried("filters"),
    "sortState": _ours("remembers the last sort of plain cells"),
    "dataConsolidate": _named("a consolidation of data"),
    "customSheetViews": _named("views of your own"),
    "mergeCells": _carried("merges"),
    "phoneticPr": _ours("readings are shown by each cell"),
    "conditionalFormatting": _carried("onours"),
    "dataValidations": _carried("onours"),
    "hyperlinks": _carried("links"),
    "printOptions": _PRINT,
    "pageMargins": _PRINT,
    "pageSetup": _PRINT,
    "headerFooter": _PRINT,
    "rowBreaks": _named("page breaks"),
    "colBreaks": _named("page breaks"),
    "customProperties": _FREIGHT,
    "cellWatches": _named("watched cells"),
    "ignoredErrors": _ours("a hint that programs show again"),
    "smartTags": _named("smart tags"),
    "drawing": _FREIGHT,
    "drawingHF": _named("pictures in headers or footers"),
    "legacyDrawing": _FREIGHT,
    "legacyDrawingHF": _named("pictures in headers or footers"),
    "picture": _FREIGHT,
    "oleObjects": _FREIGHT,
    "controls": _FREIGHT,
    "AlternateContent": _FREIGHT,
    "webPublishItems": _named("parts published on the web"),
    "tableParts": _carried("tables"),
    "extLst": _opened(),
    **{
        f"extLst/ext@{uri}": fate
        for uri, fate in {
            "{78C0D931-6437-407D-A8EE-F0AAD7539E65}": _named(_FORMATS),
            "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}": _named(_CHECKS),
            "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}": _FREIGHT,
            "{A8765BA9-456A-4DAB-B4F3-ACF838C121DE}": _FREIGHT,
            "{3A4CF648-6AED-40F4-86FF-DC5316D8AED3}": _FREIGHT,
            "{7E03D99C-DC04-49D9-9315-930204A7B6E9}": _FREIGHT,
            "{01252117-D84E-4E92-8308-4BE1C098FCBB}": _ours("a hint that programs show again"),
            "{FC87AEE6-9EDD-4A0A-B7FB-166176984837}": _named("newer ranges that some may edit"),
            "{F7C9EE02-42E1-4005-9D12-6889AFFD525C}": _named("parts published on the web"),
        }.items()
    },
}  # fmt: skip

#: The workbook's own part.
BOOK: Final[dict[str, Fate]] = {
    "fileVersion": _ours("which program saved it"),
    "fileSharing": _carried("guards"),
    "workbookPr": _opened(),
    **{
        f"workbookPr@{known}": _carried("settings")
        for known in ("showObjects", "showBorderUnselectedTables", "filterPrivacy",
                      "promptedSolutions", "showInkAnnotation", "backupFile",
                      "saveExternalLinkValues", "updateLinks", "hidePivotFieldList",
                      "showPivotChartFilter", "allowRefreshQuery", "publishItems",
                      "checkCompatibility", "autoCompressPictures", "refreshAllConnections")
    },
    "workbookPr@date1904": _carried("reading, which refuses it"),
    "workbookPr@dateCompatibility": _ours("of a format that is not read"),
    "workbookPr@codeName": _ours("macros name the workbook by it"),
    "workbookPr@defaultThemeVersion": _ours("of the theme"),
    "workbookProtection": _carried("guards"),
    "bookViews": _WINDOW,
    "sheets": _carried("tabs and sheets"),
    "functionGroups": _named("groups of functions"),
    "externalReferences": _carried("strangers"),
    "definedNames": _carried("strangers"),
    "calcPr": _opened(),
    "calcPr@calcMode": _named("computing by hand: the new workbook computes by itself", "auto"),
    "calcPr@iterate": _named("iterative computing", *_OFF),
    "calcPr@fullPrecision": _named("computing with what cells show", *_ON),
    "calcPr@refMode": _named("references as R1C1", "A1"),
    "calcPr@calcCompleted": _ours("computed when it opens"),
    **{
        f"calcPr@{known}": _ours("computed when it opens")
        for known in ("calcId", "fullCalcOnLoad", "iterateCount", "iterateDelta", "calcOnSave",
                      "concurrentCalc", "concurrentManualCount", "forceFullCalc")
    },
    "oleSize": _named("the part shown where the workbook is embedded"),
    "customWorkbookViews": _named("views of your own"),
    "pivotCaches": _FREIGHT,
    "smartTagPr": _named("smart tags"),
    "smartTagTypes": _named("smart tags"),
    "webPublishing": _named("settings of web publishing"),
    "fileRecoveryPr": _ours("of a repair"),
    "webPublishObjects": _named("parts published on the web"),
    "AlternateContent": _ours("where the file lay"),
    "revisionPtr": _ours("which program saved it"),
    "extLst": _opened(),
    **{
        f"extLst/ext@{uri}": fate
        for uri, fate in {
            "{BBE1A952-AA13-448E-AADC-164F8A28A991}": _FREIGHT,
            "{46BE6895-7355-4A93-B00E-2C351335B9C9}": _FREIGHT,
            "{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}": _FREIGHT,
            "{79F54976-1DA5-4618-B147-4CDE4B953A38}": _FREIGHT,
            "{140A7094-0E35-4892-8432-C4D2E57EDEB5}": _ours("charts follow their data"),
            "{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}": _ours("how Excel computes"),
            "{7523E5D3-25F3-A5E0-1632-64F254C22452}": _ours("which program saved it"),
            "{7626C862-2A13-11E5-B345-FEFF819CDC9F}": _ours("which program saved it"),
            "{841E416B-1EF1-43B6-AB56-02D37102CBD5}": _named("pivot tables over data models"),
            "{983426D0-5260-488C-9760-48F4B6AC55F4}": _named("pivot tables over data models"),
            "{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}": _carried("strangers"),
        }.items()
    },
}  # fmt: skip

#: The part of one of our tables.
TABLE: Final[dict[str, Fate]] = {
    **{
        f"@{known}": _ours("written anew")
        for known in ("id", "name", "displayName", "ref", "insertRow", "insertRowShift",
                      "published", "totalsRowShown", "tableType", "Ignorable", "uid",
                      "headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId",
                      "tableBorderDxfId", "totalsRowBorderDxfId", "headerRowCellStyle",
                      "dataCellStyle", "totalsRowCellStyle")
    },
    "@totalsRowCount": _carried("totals"),
    "@headerRowCount": _named("a header row that was switched off: it is back", "1"),
    "@comment": _named("a remark about the table"),
    "@connectionId": _named("a connection to data"),
    "autoFilter": _carried("filters"),
    "sortState": _carried("filters"),
    "tableColumns": _carried("columns and totals"),
    "tableStyleInfo": _carried("tablestyles"),
    "extLst": _named("the alternative text of the table"),
}  # fmt: skip

#: Kinds of relations: of the package, of the workbook, of a sheet of ours.
RELATIONS: Final[dict[str, dict[str, Fate]]] = {
    "": {
        "officeDocument": _ours("the workbook"),
        "core-properties": _carried("properties"),
        "extended-properties": _carried("properties"),
        "custom-properties": _carried("labels"),
        "classificationlabels": _carried("labels"),
        "customXml": _carried("labels"),
        "thumbnail": _ours("a picture of the old file"),
        "origin": _carried("strangers"),
        "extensibility": _carried("routes"),
        "webextensiontaskpanes": _carried("strangers"),
        "webExtension": _carried("strangers"),
    },
    "xl/workbook.xml": {
        **{
            known: _ours("written anew")
            for known in ("worksheet", "theme", "styles", "sharedStrings", "calcChain",
                          "sheetMetadata", "volatileDependencies", "printerSettings")
        },
        **_each(
            "chartsheet pivotCacheDefinition slicerCache timelineCache person ",
            _FREIGHT,
        ),
        **{
            known: _carried("strangers")
            for known in ("externalLink", "externalLinkPath", "connections", "vbaProject",
                          "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet", "powerPivotData",
                          "rdRichValueWebImage", "richValueRel")
        },
        **{
            known: _ours("of newer kinds of values, which are computed anew")
            for known in ("rdArray", "rdRichValue", "rdRichValueStructure", "rdRichValueTypes",
                          "richStyles", "rdSupportingPropertyBag",
                          "rdSupportingPropertyBagStructure", "metadata")
        },
        "customXml": _carried("labels"),
        "attachedToolbars": _named("attached toolbars"),
        "xmlMaps": _named("maps of XML"),
        "revisionHeaders": _named("the log of a shared workbook"),
        "usernames": _named("the users of a shared workbook"),
    },
    "sheet": {
        **_each(
            "drawing vmlDrawing comments threadedComment image pivotTable "
            "oleObject package control ctrlProp slicer timeline queryTable "
            "customProperty webExtension ",
            _FREIGHT,
        ),
        "table": _carried("tables"),
        "hyperlink": _carried("links"),
        "printerSettings": _ours("of one computer's printer"),
        "tableSingleCells": _named("cells mapped to XML"),
    },
}  # fmt: skip
