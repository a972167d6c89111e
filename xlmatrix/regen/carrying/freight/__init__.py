"""Parts of a used workbook that are no cells, taken along with what they refer to.

Charts, pictures, pivot tables, slicers, controls and threads are parts that refer to other parts.
While the new workbook is planned, they are looked at: each part becomes a
:class:`~xlmatrix.regen.carrying.freight.pieces.Piece`, its references mended, and what cannot come
along is named. Once the new workbook is written, the pieces are put into its package under names
that are free there.
"""
