"""The monthly report: one workbook, a sheet a file."""
