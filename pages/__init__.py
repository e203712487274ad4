"""The pages, one file each: filters, queries on the mart, charts."""
